// Package layer lays rules over each other: what a payer, a network or a site says differently from a day
// on over what comes with the program. A pack is a directory with a layer for each kind of rules that it
// changes. The package reads files, and puts together what they say for a payer; what a value means is
// known to the package that has it read.
package layer
