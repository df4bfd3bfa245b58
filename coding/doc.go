// Package coding applies the coding rules to the facts of one visit: which CPT and HCPCS codes the
// facts support on that day, how many units, with which modifiers, and why.
//
// It is pure: the same facts give the same bytes. It knows no network, no clock and no FHIR; the
// day that counts is the day of service among the facts. It never bills, never names money, never
// fills units up to a limit, and never takes an absent fact for zero or for no.
package coding
