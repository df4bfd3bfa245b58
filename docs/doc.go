// Package docs applies the documentation rules to the note of one visit: what a payer's reviewer
// would find missing, why it matters and what to write.
//
// It is pure: the same note and the same rules give the same bytes. It knows no network, no clock
// and no FHIR. It checks that words are there, not that they are true. It never supplies a clinical
// fact, a diagnosis or a number that the record does not hold, never names money, and nothing it
// reads leaves it but as offsets into the note and short quotations.
package docs
