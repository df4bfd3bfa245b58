// Package smart lets electronic health records launch a server-side app as SMART App Launch 2.2 describes: it knows which
// EHRs may, walks the browser through authorization, proves who signed in, and hands out an HTTP client that reads and
// writes the record of that one launch.
//
// A server mounts three paths and then asks for the launch at each page:
//
//	GET /launch             App.Start
//	GET /launch/continue    App.Continue
//	GET /callback/{key}     App.Callback, then a redirect to a page of its own that carries the launch id
//
// Each opening from a chart is a launch of its own: an id for the path and a secret in a cookie, and a page needs both. Two
// charts side by side are two launches, so neither shows the other's patient.
//
// Tokens live in the memory of the process and nowhere else: they are not sealed, and a restart ends every launch. A
// [Store] that writes them down has to seal them.
//
// What the package will not do: talk to an EHR that is not configured, follow a redirect, send a token to another place
// than the FHIR base, put a token, a code, a state or a word of the other side into an error or a log line, believe an
// id_token it cannot verify, or read FHIR resources. Standalone launch, authorization by POST, private_key_jwt, and
// endpoints found through a CapabilityStatement are not offered yet.
package smart
