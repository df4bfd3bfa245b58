//go:build race

package fhir_test

// raceFactor widens limits of time under the race detector, which makes programs slower up to tenfold.
const raceFactor = 10
