// Package screening knows the screening instruments: how each is named and coded, how its answers
// become a total, parts and a word, which answers ask for a look whatever the total, and which codes
// giving it supports.
//
// Everything about an instrument is data: instruments/*.yaml holds one file for each, named after
// its id, with the day on which a person last compared it with its sources. Go holds the kinds: sum,
// count, screener and subscales, one file each.
//
// It is pure: the same answers give the same result. It reads no record and knows no FHIR, network
// or clock. It holds no item texts, several of which are licensed. It makes no diagnosis: a score
// says which band a total falls into and no more. It fills no missing answer unless the publisher
// of the instrument allows it, and then says so; an unknown sex or schooling gives no band where the
// band depends on it. It says which codes an instrument supports, and leaves it to package coding
// whether a visit earns them.
package screening
