package effective

import (
	"fmt"
	"strings"
)

// A Mark says how sure a fact is.
type Mark string

// The marks, surest first.
const (
	MarkA Mark = "A" // read in the table or manual of the authority itself
	MarkB Mark = "B" // read in pages of payers, societies or the trade that restate it
	MarkC Mark = "C" // general professional knowledge, not confirmed
	MarkU Mark = "U" // not verified, or sources disagree
)

// A Reference names where a value comes from, down to the section or page.
type Reference struct {
	Title string `yaml:"title" json:"title"`
	Href  string `yaml:"href,omitempty" json:"href,omitempty"`
	Mark  Mark   `yaml:"mark" json:"mark"`
}

// String writes the reference on one line, with its mark.
func (r Reference) String() string {
	if r.Href == "" {
		return fmt.Sprintf("%s [%s]", r.Title, r.Mark)
	}
	return fmt.Sprintf("%s [%s] %s", r.Title, r.Mark, r.Href)
}

// Fault says what is wrong with the reference, or nothing where it is whole.
func (r Reference) Fault() string {
	switch {
	case r.Title == "":
		return "a reference needs a title, down to the section or page"
	case r.Mark != MarkA && r.Mark != MarkB && r.Mark != MarkC && r.Mark != MarkU:
		return fmt.Sprintf("the mark %q of reference %q is not one of A, B, C, U", r.Mark, r.Title)
	case r.Href != "" && !namesAPage(r.Href):
		return fmt.Sprintf("the address %q of reference %q names no page: give the page itself, or leave it out", r.Href, r.Title)
	}
	return ""
}

// namesAPage reports whether an address names more than a site, on which nobody could find the reference.
func namesAPage(href string) bool {
	scheme, rest, _ := strings.Cut(href, "://")
	_, page, _ := strings.Cut(rest, "/")
	return (scheme == "https" || scheme == "http") && page != ""
}

// Cite writes references on one line, in their order, which is the most official first.
func Cite(references []Reference) string {
	written := make([]string, len(references))
	for i, reference := range references {
		written[i] = reference.String()
	}
	return strings.Join(written, "; ")
}

// Faults says what is wrong with the references of one value, which needs at least one.
func Faults(references []Reference) []string {
	if len(references) == 0 {
		return []string{"each day needs its own reference"}
	}
	var problems []string
	for _, reference := range references {
		if problem := reference.Fault(); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems
}
