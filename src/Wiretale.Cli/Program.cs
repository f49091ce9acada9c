using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

string file = args[Array.IndexOf(args, "-r") + 1];
bool tree = args.Contains("-V");
using var reader = CaptureReader.Open(file);
var engine = new DissectionEngine(new Demand(Catalog.Registry) { Columns = !tree, Tree = tree });
using var output = Console.OpenStandardOutput();
ISink sink = tree ? new DetailsTree() : new PacketList(args.Contains("tabs"));
new CaptureRun(reader, engine, sink, output).Run();
return 0;
