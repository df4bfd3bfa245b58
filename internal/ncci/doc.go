// Package ncci reads the quarterly tables of CMS's National Correct Coding Initiative as CMS
// publishes them, procedure-to-procedure edits (PTP), medically unlikely edits (MUE) and add-on
// codes, and writes them as one dated layer of coding rules.
//
// Read takes tab- or comma-separated text, the fixed-width text of the add-on table, XLSX, and zips
// of these. It finds the header by its column names and refuses a table whose columns or values are
// not those that CMS used when this was written, with file, row and column. Layer.Write puts the
// rows into a new directory, the same bytes for the same rows. Changes says in words what differs
// between two layers.
//
// It does not fetch anything, does not know what day it is, and applies no edit: coding does. It
// does not guess: an unknown column, side, indicator or day is refused, never passed over. It keeps
// neither the rationale texts of the tables nor any descriptor of a code. It does not read the
// tables of DME suppliers or of Medicaid.
package ncci
