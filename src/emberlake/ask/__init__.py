"""The reading side: questions, listings and explanations, answered without Spark."""
