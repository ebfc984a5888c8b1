"""How a text is to be cut into words."""

from dl_pipelines.errors import SettingError

_ENGLISH = ("book", "ewt")
_ENGLISH_PREFIX = "en_"  # of the names of Universal Dependencies' treebanks


def is_spaced(spaced: bool | None, treebank: str) -> bool:
    """Whether words are separated by spaces; else English rules cut them.

    Args:
        spaced: What the user says; None for nothing.
        treebank: What the tagger has learnt from.

    Raises:
        SettingError: If the user says nothing and the treebank is not English.
    """
    if spaced is not None:
        return spaced
    if treebank in _ENGLISH or treebank.startswith(_ENGLISH_PREFIX):
        return False
    raise SettingError(
        f"the tagger has learnt {treebank}, whose words no rule here can find: separate the words "
        "of the text by spaces and set 'pos_tag.spaced' to true (false: rules for English)."
    )
