package fhir

import "github.com/chargenote/chargenote/internal/visit"

// Rung is how this EHR would take the filing, and what of it it would not: the highest rung of the ladder that its
// CapabilityStatement offers. Where that is not known yet, a general server is assumed, and the EHR has the last word.
func (c *Chart) Rung(filing visit.Filing) (visit.Rung, error) {
	f, err := c.filer(filing)
	if err != nil {
		return visit.Rung{}, err
	}
	return visit.Rung{Way: f.way, Left: f.left}, nil
}

// wayOf chooses the rung. That a suggestion may stand as text in a note, which files it into the legal record, is for
// the site to say; where it has not, the lines are entered by hand.
func wayOf(capability *Capability, filing visit.Filing, suggestionInNote bool) visit.Way {
	switch {
	case len(filing.Lines) > 0 && !capability.Creates("ChargeItem"):
		if suggestionInNote && capability.Creates("DocumentReference") {
			return visit.WayInNote
		}
		return visit.WayByHand
	case len(filing.Lines) == 0 && !capability.Creates("DocumentReference"):
		return visit.WayByHand
	case capability.Transacts():
		return visit.WayTogether
	}
	return visit.WayOneByOne
}

// suggestionTitle names a document that holds the lines as text.
const suggestionTitle = "Billing suggestion, not billed, and documentation gap note (not part of the clinical record entry)"

// suggestion is the text of a document that stands for the charges, with the gap note behind it.
func suggestion(filing visit.Filing) string {
	text := "SUGGESTION FOR BILLING, NOT BILLED. The clinician confirmed these lines; this record takes no charges from apps, so they have to be entered.\n\n" + filing.Text()
	if filing.GapNote != "" {
		text += "\n" + filing.GapNote
	}
	return text
}
