"""The base of all settings."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from dl_pipelines.errors import SettingError


class Settings(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error.

    Attributes:
        immaterial: The settings that cannot change a result, such as how many jobs run at a time:
            another value of them makes no node run again.
    """

    immaterial: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build the settings from a mapping.

        Raises:
            SettingError: Naming each wrong key, its value and what is allowed, in one sentence.
        """
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise SettingError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """One sentence for all findings of a pydantic check."""
    findings = []
    for detail in error.errors(include_url=False):
        where = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            findings.append(f"there is no setting '{where}'")
        elif detail["type"] == "missing":
            findings.append(f"the setting '{where}' is missing")
        else:
            text = detail["msg"].removeprefix("Value error, ")
            value = f"'{where}' is {detail['input']!r}: " if where else ""
            findings.append(f"{value}{text[0].lower()}{text[1:]}")
    return "; ".join(findings)
