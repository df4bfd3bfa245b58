// Package draft writes the documents that a clinician may take over and edit: an after visit summary, an
// assessment report, a progress note (SOAP, DAP or BIRP) and an assessment note.
//
// A draft holds what the record and the clinician's own note say, each sentence with its source, and
// blanks for everything else. The package is pure: the same review gives the same bytes. It infers
// nothing, fills no blank, signs nothing and files nothing.
package draft
