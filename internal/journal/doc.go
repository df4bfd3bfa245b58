// Package journal remembers what clinicians confirmed and what became of it, in a SQLite file or in
// PostgreSQL, and sends a filing when its time has come.
//
// A row is written before anything leaves the program, and every change of its state is one statement
// that names the state it starts from. So of any number of presses, tabs, launches and instances one
// sends; and after a program was killed at any moment, the row says what is known, never more: a
// filing that was held is "not sent", one that was on its way is "unknown" until somebody has read
// the record.
//
// What is filed is sealed, and its visit is named by a keyed hash, so that a copy of the store without
// the keys tells neither patient nor visit. The journal does not know FHIR, pages or rules; it never
// sends twice what was confirmed once, and never sends again by itself what was refused, is unknown, or
// was cut off by the end of the program.
package journal
