"""A plugin that is asked like any other, but runs in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from relationship_core.decisions.model import Model
from relationship_core.decisions.review import Review
from relationship_core.decisions.scoring import as_scores, write_batch
from relationship_core.errors import PluginError, RelationshipError
from relationship_core.plugins.answer_form import read_answer
from relationship_core.plugins.answers import MODELS
from relationship_core.plugins.plain_form import read_plain
from relationship_core.plugins.plugin import OBSERVER, Plugin
from relationship_core.plugins.registration import Caller
from relationship_core.plugins.remote import Remote

_UNREADABLE = (ArithmeticError, LookupError, TypeError, ValueError)


@frozen(eq=False)
class IsolatedPlugin(Plugin):
    """A plugin in a process of its own; its implementation is what leads there."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (IsolatedPlugin, (self.name, self.version, self.implementation))

    def ask(self, hook: str, **arguments: Any) -> Any:
        """What the plugin answers to one of its hooks, read from data.

        Raises:
            PluginError: It failed, in whatever way.
        """
        return _ask(self.implementation, hook, **arguments)

    def tell(self, review: Review) -> None:
        """Let the plugin look at a review.

        Raises:
            PluginError: It failed, in whatever way.
        """
        self.implementation.tell(OBSERVER, review.to_json())

    def rest(self) -> None:
        """End its process until it is asked again."""
        self.implementation.end()

    @cached_property
    def _callers(self) -> Mapping[str, Caller]:
        remote: Remote = self.implementation
        return MappingProxyType({hook: partial(_ask, remote, hook) for hook in remote.hooks()})


@frozen
class RemotePrediction:
    """What a model computes, computed where its plugin is."""

    remote: Remote = attrs.field(repr=False)
    model: str
    version: str
    digest: str

    def __call__(self, batch: Any) -> Any:
        """The scores for an Arrow record batch, as an Arrow array.

        Raises:
            PluginError: The plugin failed, in whatever way.
        """
        model = {"name": self.model, "version": self.version, "digest": self.digest}
        scores = self.remote.score(MODELS, model, write_batch(batch))
        try:
            return as_scores([read_plain(each) for each in scores])
        except _UNREADABLE as error:
            raise self.remote.fault(
                f"the scores of its model {self.model!r} can't be read: {type(error).__name__}",
                hook=MODELS,
            ) from None


def _ask(remote: Remote, hook: str, **arguments: Any) -> Any:
    data = remote.answer(hook, **arguments)
    try:
        answer = read_answer(hook, data)
        if hook != MODELS:
            return answer
        return tuple(map(partial(_computing, remote), answer, data["computes"]))
    except (RelationshipError, *_UNREADABLE) as error:
        raise _misread(remote, hook, error) from error


def _computing(remote: Remote, model: Model, computes: object) -> Model:
    if not computes:
        return model
    return attrs.evolve(
        model, predict=RemotePrediction(remote, model.name, model.version, model.digest)
    )


def _misread(remote: Remote, hook: str, error: Exception) -> PluginError:
    launch = remote.launch
    return Plugin(launch.plugin, launch.version, None).failed_with(error, hook=hook)
