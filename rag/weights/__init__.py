"""The updates that make the encoder a reading model."""
