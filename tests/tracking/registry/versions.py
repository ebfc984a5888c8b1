"""What is registered, and what a registry says of it."""

CANDIDATE = {
    "variant": "lstm",
    "promote": "better",
    "identity": "first",
    "ts_code": "000300.SH",
    "digest": "days",
    "validation_rmse": 40.0,
}


def aliases(store) -> dict[str, str]:
    found = store.get_registered_model("stock_lstm").aliases
    return {alias: str(version) for alias, version in found.items()}
