"""Messages of Kafka topics as files of the landing folder, so that what follows is the same as for delivered files.

How far a topic has been fetched is said by the names of the files that landed or wait to land, and by no checkpoint beside
them. The client library is imported in `broker.py` alone.
"""
