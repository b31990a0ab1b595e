"""What a table is: contracts read from YAML, and what follows from them. No Spark session anywhere."""
