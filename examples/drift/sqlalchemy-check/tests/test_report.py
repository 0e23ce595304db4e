from expenses.pipeline import process, report

ROWS = [("A. MILLER", 1250), ("J SMITH", 9900), ("A. MILLER", -250)]
EMPLOYEES = {"A. MILLER": "Anna Miller", "J SMITH": "John Smith"}


def test_the_report_of_a_session_that_was_processed(repository):
    session_id = repository.create()
    process(repository, session_id, ROWS, EMPLOYEES)
    assert report(repository, session_id) == {"Anna Miller": 1000, "John Smith": 9900}


def test_unknown_card_holders_are_reported_too(repository):
    session_id = repository.create()
    process(repository, session_id, ROWS, {})
    assert report(repository, session_id) == {"unknown": 10900}
