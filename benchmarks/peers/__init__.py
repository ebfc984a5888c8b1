"""Forecasters of other libraries, behind one signature (`protocol.Fit`).

Each learns from the samples before `known` and forecasts those from `known` to `stop`, one day
ahead. All get the same: our features, our target with its own past, and no day that comes later.
"""
