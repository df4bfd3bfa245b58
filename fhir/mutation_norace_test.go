//go:build !race

package fhir_test

// raceFactor leaves limits of time as they are.
const raceFactor = 1
