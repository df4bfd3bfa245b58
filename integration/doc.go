// Package integration plays whole journeys against the built program: a launch from a chart through
// an authorization server, a review, a confirmation, and what the record holds afterwards.
//
// It holds tests only, and they know the program by its command line, its pages and its HTTP API
// alone. One suite runs on two targets: the demo EHR with its own memory, and the demo EHR as the
// SMART door in front of a real HAPI FHIR server in a container. What cannot run on a machine says
// so, and fails where CI=true.
package integration
