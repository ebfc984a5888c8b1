"""Why a request to tushare failed, and what to do about it.

tushare reports its refusals as text in an exception without a type, so they are told apart by the
words of the message. The order matters: a rate message also mentions permissions.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A failed request.

    Attributes:
        finding: What is wrong, as a clause.
        remedy: What to do, as a clause.
        patience: How many back-off waits to spend before asking again; 0 if that cannot help.
    """

    finding: str
    remedy: str
    patience: float = 0.0


_LATER = "try again later, or run without tushare on the local data"

HTTP_ERROR = Fault("the service answered with an HTTP error", _LATER, patience=1.0)
TIME_OUT = Fault("the service did not answer in time", _LATER, patience=1.0)
CUT = Fault("the reply was cut in the middle", _LATER, patience=1.0)
UNREACHABLE = Fault(
    "the service cannot be reached",
    "check the network and the proxy settings, or run without tushare on the local data",
    patience=1.0,
)
NOT_JSON = Fault(
    "the reply is a web page or plain text instead of JSON",
    "a proxy or a login page may stand between: check the network, or run without tushare",
)
NONSENSE = Fault(
    "the reply is not in tushare's format",
    "update the tushare package, or run without tushare on the local data",
)
RATE = Fault(
    "the account's calls per minute are used up",
    "wait a minute and run again, or stop other programs that use the same token",
    patience=4.0,
)
QUOTA = Fault(
    "the account's calls per hour or day are used up",
    "run again when the quota is renewed, or run without tushare on the local data",
)
PERMISSION = Fault(
    "the account may not call index_daily",
    "it needs 2,000 tushare points: see the user page of tushare.pro for how to get them, or run "
    "without tushare on the local data",
)
TOKEN = Fault(
    "the token is wrong",
    "copy it from the user page of tushare.pro into the environment variable TUSHARE_TOKEN or "
    "into conf/local/credentials.yml",
)

_MESSAGES = {
    "每分钟": RATE,
    "最多访问": QUOTA,
    "权限": PERMISSION,
    "积分": PERMISSION,
    "token": TOKEN,
}
_MESSAGE_CHARACTERS = 200


def explain(error: Exception, token: str) -> Fault:
    """Say why tushare's client raised an error.

    Args:
        error: What `DataApi.query` raised.
        token: The token, to blot it out should the service repeat it.

    Returns:
        The fault; it holds nothing of the error but, for a message not known, its text.
    """
    import requests  # noqa: PLC0415 - heavy: imported when used

    if isinstance(error, requests.Timeout):
        return TIME_OUT
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return CUT
    if isinstance(error, requests.RequestException):
        return UNREACHABLE
    if isinstance(error, json.JSONDecodeError):
        return CUT if error.doc.strip()[:1] in ("", "{") else NOT_JSON
    if type(error) is not Exception:
        return NONSENSE
    return _refusal(str(error), token)


def _refusal(message: str, token: str) -> Fault:
    for words, fault in _MESSAGES.items():
        if words in message.lower():
            return fault
    text = " ".join(message.replace(token, "<token>").split())[:_MESSAGE_CHARACTERS]
    return Fault(f"the service refused with the words '{text}'", "act on them, or " + _LATER)
