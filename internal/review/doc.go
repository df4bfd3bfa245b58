// Package review is the one use case: from what the record says about a visit to suggestions and
// gaps, and from a clinician's confirmation to what is filed.
//
// The page, the command line and every other door call the same functions. It decides nothing on
// its own: rules decide what may be billed and what a note lacks, and a person decides what is
// filed. It does not know where a record comes from, and it knows neither FHIR nor pages.
package review
