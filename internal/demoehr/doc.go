// Package demoehr is the other side of the wire: a small electronic health record with made-up
// patients, a SMART App Launch authorization server, a FHIR R4 server in memory, and a chart whose
// screen shows the app in a frame. The demo command serves it, the integration tests are played
// against it, its personalities show an analyst what the app says on other kinds of EHR, and it can
// stand as the SMART door in front of a real FHIR server that has none.
//
// It is not a product to keep patients in: everything is lost when the process ends, any visitor
// is the clinician of the visit that is opened, and it must be bound to this machine only. It
// knows nothing of the app: it shares no code with the app's login, rules or record packages, so
// that an error there cannot hide behind the same error here.
package demoehr
