//go:build race

package fhir_test

// raceFactor widens limits of time under the race detector, which makes loops over bytes slower up to
// twentyfold.
const raceFactor = 20
