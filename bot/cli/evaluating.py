"""Measuring answers on labelled questions, and refitting the calibration on them."""
