using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

/// <summary>What is asked for does not depend on what else is: a protocol's fields are the same when asked alone as in the whole tree.</summary>
public class DemandTests
{
    [Fact]
    public void A_protocol_asked_alone_says_what_it_says_in_the_tree()
    {
        var differences = new StringBuilder();
        foreach (string name in GoldenCapture.Names)
        {
            var whole = Fields(name, new Demand(Catalog.Registry) { AllFields = true });
            foreach (var protocol in whole.Select(i => Catalog.Registry[i.Field].Protocol).Distinct().Where(p => p.Fields.Count > 0 && !p.FilterName.StartsWith('_')))
            {
                var demand = new Demand(Catalog.Registry);
                foreach (var field in protocol.Fields)
                {
                    demand.Want(field);
                }

                var expected = whole.Where(i => Catalog.Registry[i.Field].Protocol == protocol && i.Field != protocol.Self.Id).ToList();
                var alone = Fields(name, demand);
                if (!expected.Order().SequenceEqual(alone.Order()))
                {
                    var first = expected.Except(alone).Concat(alone.Except(expected)).FirstOrDefault();
                    differences.AppendLine($"{name}: {protocol.FilterName}: {expected.Count} and {alone.Count} items; frame {first.Packet + 1}, {(first == default ? "another order" : Catalog.Registry[first.Field].Name)}");
                }
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    /// <summary>What every packet passes asks about groups of fields; one field of a group must do.</summary>
    [Theory]
    [InlineData("Transport/tcp-options")]
    [InlineData("Transport/tcp-handshake")]
    [InlineData("Transport/tcp-retransmission")]
    [InlineData("Internet/ipv4")]
    [InlineData("Application/ftp")]
    public void A_field_asked_alone_says_what_it_says_in_the_tree(string name)
    {
        var whole = Fields(name, new Demand(Catalog.Registry) { AllFields = true });
        foreach (var field in whole.Select(i => Catalog.Registry[i.Field]).Distinct().Where(f => !f.Name.StartsWith('_') && f.Name != "text"))
        {
            var demand = new Demand(Catalog.Registry);
            demand.Want(field);
            var alone = Fields(name, demand);
            Assert.True(whole.Where(i => i.Field == field.Id).Order().SequenceEqual(alone.Where(i => i.Field == field.Id).Order()), field.Name);
        }
    }

    /// <summary>Every item of a capture: packet, field, value.</summary>
    static List<(int Packet, int Field, string Value)> Fields(string name, Demand demand)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(name).Bytes), name);
        var found = new List<(int, int, string)>();
        TestCapture.Run(reader, demand, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                foreach (ref readonly var item in batch.Items(i))
                {
                    bool isInArena = (item.Flags & ItemFlags.ValueInArena) != 0;
                    found.Add((i, item.Field, $"{(isInArena ? 0 : item.Value)} {Convert.ToHexString(batch.ValueBytes(i, item))}"));
                }
            }
        });
        return found;
    }
}
