from tickets.workflow import advance, create, export, incomplete


def at_export(engine):
    session_id = create(engine, "Old harbour")
    while advance(engine, session_id) != "jira_export":
        pass
    return session_id


def test_a_session_is_exported(engine):
    session_id = at_export(engine)
    seen = []

    def send():
        seen.extend((session.current_stage, session.status) for session in incomplete(engine))
        return 12

    export(engine, session_id, send)
    assert seen == [("jira_export", "exporting")]
    assert incomplete(engine) == []


def test_an_export_that_failed_is_found_again(engine):
    session_id = at_export(engine)

    def send():
        raise ConnectionError

    export(engine, session_id, send)
    assert [(session.id, session.status) for session in incomplete(engine)] == [(session_id, "failed")]
