package demoehr

import (
	"context"
	"maps"
)

// batch runs each entry of a batch for itself: what the token, a fault or this kind of EHR refuses stands
// in the answer as the outcome of that entry, and the others go to the server in one Bundle.
func (e *EHR) batch(ctx context.Context, g grant, c call) (answer, error) {
	calls, err := entryCalls(c.body)
	if err != nil {
		return answer{}, err
	}
	sent, _ := c.body["entry"].([]any)
	answered := make([]any, len(calls))
	var passed []any
	for i, entry := range calls {
		if err := e.entryAllowed(g, entry.call); err != nil {
			answered[i] = responseEntry(asAnswer(err), entry.call)
			continue
		}
		passed = append(passed, sent[i])
	}
	a := answer{status: 200, body: resource{"resourceType": "Bundle", "type": "batch-response"}}
	if len(passed) > 0 {
		c.body = maps.Clone(c.body)
		c.body["entry"] = passed
		if a, err = e.server().answer(ctx, c); err != nil {
			return answer{}, err
		}
		got, _ := a.body["entry"].([]any)
		if len(got) != len(passed) {
			return a, nil // a refusal of the whole
		}
		for i := range answered {
			if answered[i] == nil {
				answered[i], got = got[0], got[1:]
			}
		}
	}
	if len(answered) > 0 {
		a.body["entry"] = answered
	}
	return a, nil
}

func (e *EHR) entryAllowed(g grant, c call) error {
	if err := e.personality.refuse(c); err != nil {
		return err
	}
	return e.allowed(g, c)
}
