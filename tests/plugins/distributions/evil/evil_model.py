"""A model that hangs, exits, raises or answers nonsense, as a supplied fact says."""

import os

import evil

from relationship_core import Entitlement, Fact, Kind, Rule, extend, hookimpl
from relationship_core import Model as A

SCORE = Fact("evil.score", Kind.RATIO, minimum=0, maximum=1)
MOOD = Fact("evil.mood", Kind.CATEGORY)


def predict(batch):
    import pyarrow as pa

    (mood,) = batch.column("evil.mood").to_pylist()
    if mood == "hang":
        while evil:
            pass
    if mood == "exit":
        os._exit(5)
    if mood == "raise":
        raise ValueError(mood)
    if mood == "many":
        return pa.array([0.1, 0.2])
    if mood == "nan":
        return pa.array([float("nan")])
    if mood == "list":
        return pa.array([[0.1]])
    return pa.array([None if mood == "none" else 0.123456789])


class Model:
    @hookimpl
    def rc_facts(self):
        return [SCORE, MOOD]

    @hookimpl
    def rc_models(self, settings):
        digest = settings.get("digest", "0") * 64
        return [A("evil.model", "1", digest, SCORE, inputs=[MOOD], predict=predict)]

    @hookimpl
    def rc_service(self):
        lounge = Entitlement("lounge", "airport lounge")
        return extend(entitlements=[Rule("lounge", when=SCORE > 0.1, then=lounge)])
