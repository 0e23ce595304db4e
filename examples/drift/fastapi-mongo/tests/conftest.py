"""A MongoDB in memory whose collection holds what is written against its validator, as the server does."""

import datetime
import json
import logging
import pathlib

import mongomock
import pytest
from fastapi.testclient import TestClient
from pymongo.errors import WriteError

from analysis.api import application

VALIDATOR = json.loads(pathlib.Path(__file__).parents[1].joinpath("database/sessions.json").read_text())
log = logging.getLogger("mongodb")
KINDS = {"string": str, "int": int, "date": datetime.datetime}


def refused(document):
    """Whether MongoDB would refuse the document by what this validator uses of $jsonSchema."""
    schema = VALIDATOR["validator"]["$jsonSchema"]
    if any(name not in document for name in schema["required"]):
        return True
    for name, rule in schema["properties"].items():
        value = document.get(name)
        if name in document and not (
            isinstance(value, KINDS[rule["bsonType"]])
            and value in rule.get("enum", [value])
            and rule.get("minimum", value) <= value <= rule.get("maximum", value)
        ):
            return True
    return False


class ValidatedSessions:
    """The collection; every write leaves documents that the validator takes, or changes nothing."""

    def __init__(self, collection):
        self.collection = collection

    def find_one(self, wanted):
        return self.collection.find_one(wanted)

    def insert_one(self, document):
        self.check(document)
        return self.collection.insert_one(document)

    def update_one(self, wanted, change):
        found = self.collection.find_one(wanted)
        if found:
            self.check(found | change["$set"])
        return self.collection.update_one(wanted, change)

    def check(self, document):
        if refused(document):
            log.warning("Document failed validation: %s", document)
            raise WriteError("Document failed validation", 121)


class Database:
    def __init__(self):
        self.sessions = ValidatedSessions(mongomock.MongoClient().analyses.sessions)


@pytest.fixture
def client():
    return TestClient(application(Database()), raise_server_exceptions=False)
