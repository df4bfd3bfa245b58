// Package fhir is the edge of the record: it reads FHIR R4 resources from a server or a file,
// guards and decodes them, turns them into the facts of a visit with their sources, and writes a
// confirmed filing back, once. It writes the coding rules as definitions of charges too, so that a
// charge names a rule that can be read; a definition has no prices.
//
// The generated models stop here. Nothing that was decoded through them is ever written back over
// what the record holds: the program creates resources of its own and changes no other.
package fhir
