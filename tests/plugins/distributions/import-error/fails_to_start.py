"""A plugin that can be imported, but not built."""


class Bank:
    def __init__(self) -> None:
        raise OSError("the rate file is not there")
