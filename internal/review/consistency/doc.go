// Package consistency lays the three sides of a visit beside each other: the claim that is suggested,
// what the record says, and what the note says. A payer's reviewer compares them, and a claim that the
// note contradicts is denied or taken back.
//
// A value that one side does not say is a gap and no mismatch. Which checks are made, how much a
// difference matters and which difference is tolerated is data, each with its source. The package reads
// nothing and decides nothing about the claim.
package consistency
