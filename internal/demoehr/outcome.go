package demoehr

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// A refusal is an answer of the FHIR server that says no, with the issue code of its
// OperationOutcome.
type refusal struct {
	status int
	code   string
	text   string
}

func (r *refusal) Error() string { return r.text }

func refuse(status int, code, format string, args ...any) error {
	return &refusal{status, code, fmt.Sprintf(format, args...)}
}

// outcome is an OperationOutcome with one issue.
func outcome(severity, code, diagnostics string) resource {
	return resource{
		"resourceType": "OperationOutcome",
		"issue":        []any{issue(severity, code, diagnostics)},
	}
}

func issue(severity, code, diagnostics string) map[string]any {
	return map[string]any{"severity": severity, "code": code, "diagnostics": diagnostics}
}

// asAnswer turns an error into what the client sees of it.
func asAnswer(err error) answer {
	var no *refusal
	if !errors.As(err, &no) {
		no = &refusal{http.StatusInternalServerError, "exception", "the demo EHR failed: " + err.Error()}
	}
	return answer{status: no.status, body: outcome("error", no.code, no.text)}
}

// writeAnswer sends an answer as FHIR JSON.
func writeAnswer(w http.ResponseWriter, a answer) {
	for name, value := range a.header {
		w.Header()[name] = value
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // the client is gone: nobody left to tell
}
