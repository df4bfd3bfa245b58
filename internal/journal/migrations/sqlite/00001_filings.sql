-- +goose Up
CREATE TABLE filings (
    visit     BLOB    NOT NULL, -- keyed hash of tenant, issuer, patient and encounter
    id        TEXT    NOT NULL, -- of the filing, from what it writes
    attempt   INTEGER NOT NULL CHECK (attempt > 0),
    state     TEXT    NOT NULL CHECK (state IN ('held', 'undone', 'not sent', 'sending', 'filed', 'already there', 'entered by hand', 'refused', 'unknown')),
    owner     INTEGER NOT NULL, -- instance that holds or sends it
    confirmed INTEGER NOT NULL, -- times are microseconds since 1970
    send_at   INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    who       BLOB    NOT NULL, -- sealed, as are the two below
    body      BLOB,
    receipt   BLOB,
    PRIMARY KEY (visit, id, attempt)
);
CREATE INDEX filings_in_flight ON filings (owner) WHERE state IN ('held', 'sending');
CREATE INDEX filings_confirmed ON filings (confirmed);
CREATE TABLE index_key (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    sealed BLOB    NOT NULL -- the key of the hashes, made once
);
