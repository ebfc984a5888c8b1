"""Why a request to tushare failed, and what to do about it.

tushare reports its refusals as text in an exception without a type, so they are told apart by the
words of the message. The order matters: a rate message also mentions permissions.
"""

import json
from dataclasses import replace

from dl_pipelines.errors import ProviderRefusedError
from dl_pipelines.sources.asking import CUT, LATER, TIME_OUT, UNREACHABLE, Fault

HTTP_ERROR = Fault("the service answered with an HTTP error", LATER, patience=1.0)
NOT_JSON = Fault(
    "the reply is a web page or plain text instead of JSON",
    "a proxy or a login page may stand between: check the network, or run on the local data",
    error=ProviderRefusedError,
)
NONSENSE = Fault(
    "the reply is not in tushare's format",
    "update the tushare package, or run on the local data",
)
RATE = Fault(
    "the account's calls per minute are used up",
    "wait a minute and run again, or stop other programs that use the same token",
    patience=4.0,
)
QUOTA = Fault(
    "the account's calls per hour or day are used up",
    "run again when the quota is renewed, or run on the local data",
    error=ProviderRefusedError,
)
PERMISSION = Fault(
    "the account may not call {api}",
    "it needs {points} tushare points: see the user page of tushare.pro for how to get them, run "
    "with stock.source=baostock, or on the local data",
    error=ProviderRefusedError,
)
TOKEN = Fault(
    "the token is wrong",
    "copy it from the user page of tushare.pro into the environment variable TUSHARE_TOKEN or "
    "into conf/local/credentials.yml",
    error=ProviderRefusedError,
)

_MESSAGES = {
    "每分钟": RATE,
    "最多访问": QUOTA,
    "权限": PERMISSION,
    "积分": PERMISSION,
    "token": TOKEN,
}
_MESSAGE_CHARACTERS = 200
_POINTS = {"daily": "120"}  # membership that a call needs; the others as `index_daily`
_MOST_POINTS = "2,000"


def explain(error: Exception, token: str, api: str) -> Fault:
    """Say why tushare's client raised an error.

    Args:
        error: What `DataApi.query` raised.
        token: The token, to blot it out should the service repeat it.
        api: What was called, e.g. `index_daily`.

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
    return _refusal(str(error), token, api)


def _refusal(message: str, token: str, api: str) -> Fault:
    for words, fault in _MESSAGES.items():
        if words in message.lower():
            points = _POINTS.get(api, _MOST_POINTS)
            finding = fault.finding.format(api=api)
            return replace(fault, finding=finding, remedy=fault.remedy.format(points=points))
    text = " ".join(message.replace(token, "<token>").split())[:_MESSAGE_CHARACTERS]
    return Fault(f"the service refused with the words '{text}'", "act on them, or " + LATER)
