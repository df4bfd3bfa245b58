package ncci

import (
	"fmt"
	"regexp"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// The quarters in CMS's names: ccipra-v313r0-f1.txt is version 31.3, the fourth quarter of 2025, and
// MCR_MUE_PractitionerServices_Eff_10-01-2025.csv says the day.
var (
	pairVersion = regexp.MustCompile(`(?i)cci(?:pra|oph)-v(\d{2})([0-3])`)
	limitDay    = regexp.MustCompile(`(?i)_eff_(\d{2})-(\d{2})-(\d{4})`)
)

// versionYear is the year before version 1.0 of the PTP tables, by today's count of versions: 31 is 2025.
const versionYear = 1994

// quarterOfName is the first day of the quarter that a file name tells; zero where it tells none.
func quarterOfName(name string, t *table) effective.Date {
	switch t {
	case pairTable:
		if m := pairVersion.FindStringSubmatch(name); m != nil {
			return effective.Date{Year: versionYear + number(m[1]), Month: time.Month(1 + 3*number(m[2])), Day: 1}
		}
	case limitTable:
		if m := limitDay.FindStringSubmatch(name); m != nil {
			day, _ := inCalendar(effective.Date{Year: number(m[3]), Month: time.Month(number(m[1])), Day: number(m[2])})
			return day
		}
	}
	return effective.Date{}
}

// ofQuarter refuses a part whose name tells another quarter than the one that was given.
func ofQuarter(p *part, t *table, quarter effective.Date) *Fault {
	if quarter.IsZero() {
		return nil
	}
	for _, base := range p.bases {
		named := quarterOfName(base, t)
		if named.IsZero() {
			continue
		}
		if named != quarter {
			return p.fail(fmt.Errorf("by its name this %s table is effective %s, and %s was given: give the tables of one quarter, under its first day", t.name, named, quarter))
		}
		return nil
	}
	return nil
}
