"""Why a request to baostock failed, and what to do about it.

Its replies begin with a code (`baostock.common.contants` lists them) and a message in Chinese.
"""

from dl_pipelines.errors import ProviderRefusedError, UnknownSymbolError
from dl_pipelines.sources.asking import LATER, Fault

NONSENSE = Fault(
    "the reply is not in baostock's format",
    "update the baostock package, or run on the local data",
)
UNREACHABLE = Fault(
    "the service cannot be reached",
    "check that the network lets connections to its port 10030 through (it cannot use an HTTP "
    "proxy), or run on the local data",
    patience=1.0,
)
PASSING = Fault("the service reports a failure of its own", LATER, patience=1.0)
LOGGED_OUT = Fault("the service has ended the login", LATER, patience=1.0)
CROWDED = Fault(
    "too many programs are logged in",
    "stop other programs that use baostock, or try again later",
    patience=4.0,
)
WRONG_LOGIN = Fault(
    "the user name or the password is wrong",
    "correct 'user' and 'password' under 'baostock' in conf/local/credentials.yml, or remove them: "
    "an anonymous login needs none",
    error=ProviderRefusedError,
)
BLOCKED = Fault(
    "the service has blocked this user or network address",
    "it does so after too many requests, above all from several processes: ask from one at a time, "
    "and try again tomorrow",
    error=ProviderRefusedError,
)
OLD_CLIENT = Fault(
    "the service no longer speaks to this version of the baostock package",
    "run pip install -U baostock",
    error=ProviderRefusedError,
)
UNKNOWN_SYMBOL = Fault(
    "the service knows no such symbol",
    "check the ts_code: baostock has indices and shares of Shanghai and Shenzhen",
    error=UnknownSymbolError,
)

_FAULTS = {
    "10001001": LOGGED_OUT,
    "10001002": WRONG_LOGIN,
    "10001004": OLD_CLIENT,
    "10001005": CROWDED,
    "10001011": BLOCKED,
    "10004011": UNKNOWN_SYMBOL,
    "10004014": UNKNOWN_SYMBOL,
    "10004015": UNKNOWN_SYMBOL,
    "10005001": PASSING,
    # The client's own: what the line received it could not unpack.
    "10002007": NONSENSE,
}
_NETWORK = "10002"  # how codes of network failures begin
_MESSAGE_CHARACTERS = 200


def explain(code: str, message: str) -> Fault:
    """Say why baostock refused.

    Args:
        code: The reply's error code, not that of success.
        message: Its text.
    """
    if fault := _FAULTS.get(code):
        return fault
    if code.startswith(_NETWORK):
        return PASSING
    text = " ".join(message.split())[:_MESSAGE_CHARACTERS]
    return Fault(
        f"the service refused with the code {code[:_MESSAGE_CHARACTERS]} and the words '{text}'",
        "act on them, or " + LATER,
    )
