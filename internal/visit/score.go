package visit

import "fmt"

// A Score is one result of a screening instrument. It is no diagnosis; its triggers outrank its band.
type Score struct {
	Instrument string     `json:"instrument"`
	Total      *int       `json:"total"`              // recomputed where all items are there
	Stated     *int       `json:"stated,omitempty"`   // what the record says, where it disagrees
	Average    *float64   `json:"average,omitempty"`  // of an item, where the instrument is read so
	Prorated   bool       `json:"prorated,omitempty"` // missing items were filled in as the publisher allows
	Range      [2]int     `json:"range"`
	Band       string     `json:"band,omitempty"`
	BandNote   string     `json:"bandNote,omitempty"` // why there is no band, what it rests on, or how sure it is
	Date       string     `json:"date,omitempty"`
	Complete   bool       `json:"complete"`
	Triggers   []string   `json:"triggers"`
	Next       []string   `json:"next,omitempty"` // what the source asks for: after the triggers, then after the band
	Subscales  []Subscale `json:"subscales,omitempty"`
	Change     *Change    `json:"change,omitempty"` // against an earlier total that was read anyway
	Recomputed bool       `json:"recomputed"`

	// Trend are the totals of earlier days, oldest first and at most the latest twelve. The present
	// total is not among them.
	Trend []EarlierTotal `json:"trend,omitempty"`
	// Unfinished are the sittings of earlier days that gave no total, oldest first and at most the latest twelve.
	Unfinished []Unfinished `json:"unfinished,omitempty"`

	Basis BandBasis `json:"-"` // by which the band was looked up

	Supports string   `json:"supports,omitempty"` // which codes giving the instrument supports, and beside what it earns none
	Sources  []string `json:"sources"`
}

// A Subscale is a part of a score. Value is nil where an item is missing; Positive is absent where it
// is not known, or where the part has no cut.
type Subscale struct {
	Name     string `json:"name"`
	Value    *int   `json:"value"`
	Positive *bool  `json:"positive,omitempty"`
}

// An EarlierTotal is a total that the same patient reached on a day before the visit.
type EarlierTotal struct {
	Date    string   `json:"date"`
	Total   int      `json:"total"`
	Band    string   `json:"band,omitempty"`   // by what is known of the patient now
	Stated  *int     `json:"stated,omitempty"` // what the record says, where its items add up to something else
	Sources []string `json:"sources"`

	Versions []Version `json:"-"` // of the sources
}

// An Unfinished is a sitting of an earlier day without a total: an answer is missing, or what the record
// says of it disagrees.
type Unfinished struct {
	Date    string   `json:"date"`
	Sources []string `json:"sources"`

	Versions []Version `json:"-"` // of the sources
}

// A BandBasis is what bands depend on beside the total, as far as it is known and was used.
type BandBasis struct {
	Sex         string // male, female
	SchoolYears *int   // whole years of schooling
}

// A Change is how a total lies to the patient's latest total of an earlier day.
type Change struct {
	From       int      `json:"from"`   // the earlier total
	Date       string   `json:"date"`   // of the earlier total
	Points     int      `json:"points"` // below 0 where the total fell
	Meaningful *bool    `json:"meaningful,omitempty"`
	Text       string   `json:"text"`
	Sources    []string `json:"sources"` // of the earlier total
}

// String says a subscale as one would: "attention 7, positive".
func (s Subscale) String() string {
	text := s.Name + " not known"
	if s.Value != nil {
		text = fmt.Sprintf("%s %d", s.Name, *s.Value)
	}
	switch {
	case s.Positive == nil:
		return text
	case *s.Positive:
		return text + ", positive"
	}
	return text + ", negative"
}
