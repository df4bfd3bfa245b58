// Package coding applies the coding rules to the facts of one visit: which CPT and HCPCS codes the
// facts support on that day, how many units, with which modifiers, and why.
//
// It is pure: the same facts give the same bytes. It knows no network, no clock and no FHIR; the
// day that counts is the day of service among the facts. It never bills, never names money, never
// fills units up to a limit, and never takes an absent fact for zero or for no.
//
// Everything about a code is data. rules/*.yaml holds one file for each code, named after the rule,
// with the numbers under the first day they hold and the reference of that day, and a few tables that
// concern many codes: add-ons, pairs and unit-limits of CMS, eligibility, payer-terms, telehealth,
// therapy-modifiers, long-psychotherapy, uncounted, and pack with the version. Go holds the kinds: how
// minutes become units, one file each, chosen by the rule's kind. A code that was ended keeps its
// file, because old visits are still audited under it.
//
// Rules come in layers. The built-in one is whole; a pack of a site, a payer or a quarter of CMS lies
// over it (layer.go), for the payers that it names and from its own first days on, and every answer
// says which layer decided. Layers that hold for one payer are laid over each other once (view.go),
// and what holds on each day is looked up once (day.go), so that an answer only has to find its day.
//
// Suggest works in this order: services are put together by activity and clinician, and their time is
// counted once; each earns its codes; conditions and eligibility take lines out; edits apply to what
// was earned, and modifiers come last. A line that falls stays in the answer, with its reason.
package coding
