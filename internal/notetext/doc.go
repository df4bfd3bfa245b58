// Package notetext turns the bytes of a note, as EHRs keep them, into the text that documentation
// rules read: plain text, HTML, RTF, the sections of a C-CDA document and, with a reader that it is given,
// PDF. It says in words why bytes cannot be read, and never guesses the character set.
//
// What a person would not see is not read: hidden elements, comments, scripts, text that is struck
// out or deleted. Nothing is fetched, and nothing that a note names is followed.
//
// The text is what offsets of documentation results refer to: bytes of this text, which for plain
// text in UTF-8 is the note as given, and for every other form what was taken out of it.
package notetext
