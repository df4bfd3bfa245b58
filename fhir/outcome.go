package fhir

// An OutcomeError is a refusal by the record server.
type OutcomeError struct {
	Op     string // such as "search Observation"
	Status int    // HTTP status
	Code   string // first error code of the OperationOutcome; empty where there was none
	Advice string // what to do about it
}

func (e *OutcomeError) Error() string { return e.Op }
