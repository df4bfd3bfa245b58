package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// Next is the attempt that a person who looks at a filing now may confirm. While an earlier one is in
// flight it is that one: whoever confirms then meets it and sends nothing.
func (j *Journal) Next(ctx context.Context, v Visit, id string) (int, error) {
	have, err := j.Find(ctx, v, id)
	switch {
	case errors.Is(err, ErrNone):
		return 1, nil
	case err != nil:
		return 0, err
	case have.InFlight():
		return have.Attempt, nil
	}
	return have.Attempt + 1, nil
}

// Hold writes a filing down and sends it when its time has come, unless it is undone before. Where its
// attempt was confirmed already, by whomever, that one is returned and mine is false. Nothing is sent
// that could not be written down.
func (j *Journal) Hold(ctx context.Context, o Order, send Send) (entry Entry, mine bool, err error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.stopped {
		return Entry{}, false, ErrStopping
	}
	have, err := j.Find(ctx, o.Visit, o.ID)
	switch {
	case errors.Is(err, ErrNone):
	case err != nil:
		return Entry{}, false, err
	case o.Attempt <= have.Attempt:
		return have, false, nil
	}
	if o.Attempt != have.Attempt+1 || have.InFlight() {
		return Entry{}, false, ErrSkipped
	}
	row := row{hashed(j.index, o.Visit.bytes()), o.ID, o.Attempt}
	mine, err = j.insert(ctx, row, o)
	if err != nil {
		return Entry{}, false, fmt.Errorf("journal: hold: %w", err)
	}
	if mine {
		j.reached("held")
		j.deliver(row, o, send)
	}
	entry, err = j.Find(ctx, o.Visit, o.ID)
	return entry, mine, err
}

// insert writes the first state of an attempt, unless there is one.
func (j *Journal) insert(ctx context.Context, r row, o Order) (bool, error) {
	content, err := json.Marshal(body{o.Filing, o.Person})
	if err != nil {
		return false, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	now := j.now()
	result, err := j.store.db.ExecContext(ctx, j.store.q(`INSERT INTO filings (visit, id, attempt, state, owner, confirmed, send_at, changed, who, body)
		VALUES (?1, ?2, ?3, 'held', ?4, ?5, ?6, ?5, ?7, ?8) ON CONFLICT DO NOTHING`),
		[]byte(r.visit), r.id, r.attempt, j.store.owner, now.UnixMicro(), now.Add(o.Hold).UnixMicro(),
		j.keys.seal([]byte(o.Filing.Enterer), r.bound("who")), j.keys.seal(content, r.bound("body")))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// A body is what of an order is sealed.
type body struct {
	Filing visit.Filing
	Person visit.Person
}

// Undo takes back what is held, so that nothing is sent; undone is false where it was too late, and the
// entry says what it has become.
func (j *Journal) Undo(ctx context.Context, v Visit, id string) (entry Entry, undone bool, err error) {
	entry, err = j.Find(ctx, v, id)
	if err != nil || entry.State != visit.StateHeld {
		return entry, false, err
	}
	if undone, err = j.move(ctx, entry.row, visit.StateUndone, nil, visit.StateHeld); err != nil {
		return Entry{}, false, err
	}
	entry, err = j.Find(ctx, v, id)
	return entry, undone, err
}

// SendNow sends what is held without waiting for its time. It may be called at another instance than the
// one that holds the filing: whoever changes the state first sends.
func (j *Journal) SendNow(ctx context.Context, v Visit, id string, send Send) (Entry, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.stopped {
		return Entry{}, ErrStopping
	}
	have, err := j.Find(ctx, v, id)
	if err != nil || have.State != visit.StateHeld || !have.Kept {
		return have, err
	}
	won, err := j.take(ctx, have.row)
	if err != nil {
		return Entry{}, err
	}
	if won {
		over := j.begin(have.row)
		j.deliveries.Go(func() {
			defer over()
			j.send(have.row, have.Filing, send)
		})
	}
	return j.Find(ctx, v, id)
}

// Settle sets down what a reading of the record has shown: what was unknown is filed or already there,
// and the receipt of what is settled holds more. It changes nothing else.
func (j *Journal) Settle(ctx context.Context, e Entry, receipt visit.Receipt) error {
	if receipt.State != e.State {
		_, err := j.move(ctx, e.row, receipt.State, &receipt, visit.StateUnknown)
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	sealed, err := j.sealed(e.row, receipt)
	if err != nil {
		return err
	}
	_, err = j.store.db.ExecContext(ctx, j.store.q(`UPDATE filings SET receipt = ?1 WHERE visit = ?2 AND id = ?3 AND attempt = ?4 AND state = ?5 AND body IS NOT NULL`),
		sealed, []byte(e.row.visit), e.row.id, e.row.attempt, e.State)
	if err != nil {
		return fmt.Errorf("journal: settle: %w", err)
	}
	return nil
}

func (j *Journal) sealed(r row, receipt visit.Receipt) ([]byte, error) {
	content, err := json.Marshal(receipt)
	if err != nil {
		return nil, fmt.Errorf("journal: receipt: %w", err)
	}
	return j.keys.seal(content, r.bound("receipt")), nil
}

// move changes the state of an attempt where it is in one of the states from, and reports whether it was.
func (j *Journal) move(ctx context.Context, r row, to string, receipt *visit.Receipt, from ...string) (bool, error) {
	var sealed any // NULL where nothing came of it yet
	if receipt != nil {
		content, err := j.sealed(r, *receipt)
		if err != nil {
			return false, err
		}
		sealed = content
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	arguments := []any{to, j.now().UnixMicro(), sealed, []byte(r.visit), r.id, r.attempt, j.store.owner, from[0], from[len(from)-1]}
	result, err := j.store.db.ExecContext(ctx, j.store.q(`UPDATE filings SET state = ?1, changed = ?2, receipt = ?3, owner = ?7
		WHERE visit = ?4 AND id = ?5 AND attempt = ?6 AND state IN (?8, ?9)`), arguments...)
	if err != nil {
		return false, fmt.Errorf("journal: %s: %w", to, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

const columns = `id, attempt, state, owner, confirmed, send_at, changed, who, body, receipt`

// Find is the latest attempt of a filing of a visit; ErrNone where there is none.
func (j *Journal) Find(ctx context.Context, v Visit, id string) (Entry, error) {
	all, err := j.read(ctx, v, `SELECT `+columns+` FROM filings WHERE visit = ?1 AND id = ?2 ORDER BY attempt DESC LIMIT 1`, id)
	if err != nil {
		return Entry{}, err
	}
	if len(all) == 0 {
		return Entry{}, ErrNone
	}
	return all[0], nil
}

const mostOfVisit = 64 // attempts of one visit that a page could speak of

// Of is the latest attempt of each filing of a visit, the one confirmed last first.
func (j *Journal) Of(ctx context.Context, v Visit) ([]Entry, error) {
	all, err := j.read(ctx, v, `SELECT `+columns+` FROM filings WHERE visit = ?1 ORDER BY confirmed DESC, attempt DESC LIMIT ?2`, mostOfVisit)
	if err != nil {
		return nil, err
	}
	var latest []Entry
	seen := map[string]bool{}
	for _, e := range all {
		if !seen[e.ID] {
			seen[e.ID] = true
			latest = append(latest, e)
		}
	}
	return latest, nil
}

// read is the rows of a visit. Where one may be in nobody's hands any more, it is looked at first whether
// it is: that of another instance, or one whose time was over long ago.
func (j *Journal) read(ctx context.Context, v Visit, statement string, more any) ([]Entry, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	all, doubtful, err := j.rows(ctx, v, statement, more)
	if err == nil && doubtful {
		if err = j.reclaim(ctx); err == nil {
			all, _, err = j.rows(ctx, v, statement, more)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("journal: read: %w", err)
	}
	return all, nil
}

func (j *Journal) rows(ctx context.Context, v Visit, statement string, more any) (all []Entry, doubtful bool, err error) {
	name, long := hashed(j.index, v.bytes()), j.now().Add(-lostTime)
	found, err := j.store.db.QueryContext(ctx, j.store.q(statement), []byte(name), more)
	if err != nil {
		return nil, false, err
	}
	defer found.Close()
	for found.Next() {
		e, owner := Entry{row: row{visit: name}}, int64(0)
		var confirmed, sendAt, changed int64
		var who, content, receipt []byte
		if err := found.Scan(&e.ID, &e.Attempt, &e.State, &owner, &confirmed, &sendAt, &changed, &who, &content, &receipt); err != nil {
			return nil, false, err
		}
		e.row.id, e.row.attempt = e.ID, e.Attempt
		e.Confirmed, e.SendAt, e.Changed = time.UnixMicro(confirmed), time.UnixMicro(sendAt), time.UnixMicro(changed)
		j.unseal(&e, who, content, receipt)
		all = append(all, e)
		doubtful = doubtful || e.InFlight() && (owner != j.store.owner || e.SendAt.Before(long) && e.Changed.Before(long))
	}
	return all, doubtful, found.Err()
}

// unseal opens the sealed columns. What does not open is as good as forgotten: its state still stands.
func (j *Journal) unseal(e *Entry, who, content, receipt []byte) {
	opened := func(column string, sealed []byte, into func([]byte) error) bool {
		if sealed == nil {
			return false
		}
		plain, err := j.keys.open(sealed, e.row.bound(column))
		if err == nil {
			err = into(plain)
		}
		if err != nil {
			j.log.Warn("journal: content cannot be opened", "column", column, "error", err)
		}
		return err == nil
	}
	opened("who", who, func(plain []byte) error { e.Who = string(plain); return nil })
	var kept body
	if e.Kept = opened("body", content, func(plain []byte) error { return json.Unmarshal(plain, &kept) }); e.Kept {
		e.Filing, e.Person = kept.Filing, kept.Person
	}
	opened("receipt", receipt, func(plain []byte) error { return json.Unmarshal(plain, &e.Receipt) })
	e.Receipt.State = e.State
}
