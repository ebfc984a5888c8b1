"""Taggers by name."""

from collections.abc import Callable, Mapping
from typing import Any

from dl_pipelines.models.building import build
from dl_pipelines.models.tagger import CharacterTagger, WordTagger

Tagger = WordTagger | CharacterTagger

TAGGERS: dict[str, Callable[..., Tagger]] = {
    "word_lstm": WordTagger,
    "char_bilstm": CharacterTagger,
}


def build_tagger(architecture: str, settings: Mapping[str, Any], **sizes: Any) -> Tagger:
    """Build a tagger with fresh weights.

    Args:
        architecture: A key of `TAGGERS`.
        settings: Keyword arguments of that architecture, without those of `sizes`.
        sizes: Numbers of `words` and `characters`, and values of `labels`.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    network: Tagger = build(TAGGERS, architecture, settings, **sizes)
    return network
