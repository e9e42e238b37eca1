// promtext reads a page in Prometheus' text format from its standard input with Prometheus' own
// parser, and prints each metric's name, type and number of rows. A page that the parser does not
// take ends it with 1.
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func main() {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	names := make([]string, 0, len(families))
	for name := range families {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		family := families[name]
		fmt.Println(name, family.GetType(), len(family.GetMetric()))
	}
}
