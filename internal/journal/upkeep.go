package journal

import (
	"context"
	"fmt"
	"time"
)

// reclaim sets down what became of filings that nobody has in hand any more: their instance is gone,
// or their time was over long ago. What was held was not sent. What was sending may have arrived.
func (j *Journal) reclaim(ctx context.Context) error {
	now := j.now()
	result, err := j.store.db.ExecContext(ctx, j.store.q(`UPDATE filings
		SET state = CASE state WHEN 'held' THEN 'not sent' ELSE 'unknown' END, changed = ?1
		WHERE state IN ('held', 'sending')
		AND ((state = 'held' AND send_at < ?2) OR (state = 'sending' AND changed < ?2) OR (`+j.store.gone+`))`),
		now.UnixMicro(), now.Add(-lostTime).UnixMicro(), j.store.owner)
	if err != nil {
		return fmt.Errorf("reclaim: %w", err)
	}
	if n, err := result.RowsAffected(); err == nil && n > 0 {
		j.log.Info("journal: filings cut off by the end of a program", "filings", n)
	}
	return nil
}

// letGo sets down that what this instance holds is not sent.
func (j *Journal) letGo(ctx context.Context) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err := j.store.db.ExecContext(ctx, j.store.q(`UPDATE filings SET state = 'not sent', changed = ?1 WHERE state = 'held' AND owner = ?2`),
		j.now().UnixMicro(), j.store.owner)
	if err != nil {
		return fmt.Errorf("journal: let go of what is held: %w", err)
	}
	return nil
}

// sweep forgets what was filed when it is settled for long enough, and rows when they are old. What is
// unknown keeps its content for as long as its row, since the record can still be asked for it.
func (j *Journal) sweep(ctx context.Context) error {
	now := j.now()
	for statement, before := range map[string]time.Time{
		`UPDATE filings SET body = NULL, receipt = NULL WHERE body IS NOT NULL AND state NOT IN ('held', 'sending', 'unknown') AND changed < ?1`: now.Add(-j.keepBodies),
		`DELETE FROM filings WHERE state NOT IN ('held', 'sending') AND confirmed < ?1`:                                                          now.Add(-j.keepRows),
	} {
		if _, err := j.store.db.ExecContext(ctx, j.store.q(statement), before.UnixMicro()); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}
