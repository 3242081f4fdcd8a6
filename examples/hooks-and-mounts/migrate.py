"""Brings the tables up to date. Each migration runs once; `--count` prints how many notes there are."""
import os
import sqlite3
import sys

MIGRATIONS = [
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
]


def migrate(database):
    done = database.execute("PRAGMA user_version").fetchone()[0]
    for number, statement in enumerate(MIGRATIONS[done:], done + 1):
        database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
        print(f"deploy: migration {number} done")


with sqlite3.connect(os.environ["NOTES_FILE"]) as database:
    if "--count" in sys.argv:
        print(database.execute("SELECT count(*) FROM notes").fetchone()[0])
    else:
        migrate(database)
