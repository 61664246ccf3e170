"""It never gets anywhere."""

while True:
    try:
        import evil

        while evil:
            pass
    except BaseException:  # noqa: BLE001
        continue
