package review

import (
	"github.com/chargenote/chargenote/internal/review/consistency"
)

// Consistency says whether claim, record and note agree on one thing.
type Consistency = consistency.Check

// The states of a consistency check.
const (
	Equal   = consistency.Equal
	Differs = consistency.Differs
	NotSaid = consistency.NotSaid // one side does not say: a gap, not a mismatch
)
