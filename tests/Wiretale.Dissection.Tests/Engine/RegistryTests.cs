using System.Numerics;
using System.Text.RegularExpressions;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

public class RegistryTests
{
    static readonly Regex FieldName = new("^[_a-zA-Z0-9-]+(\\.[_a-zA-Z0-9-]+)*$", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The catalog's; protocols that other tests make are numbered beside them.</summary>
    static IEnumerable<Field> Fields => Catalog.Registry.Protocols.SelectMany(p => p.Fields.Prepend(p.Self));

    [Fact]
    public void Every_field_has_a_filterable_name_and_a_label()
    {
        foreach (var field in Fields)
        {
            Assert.Matches(FieldName, field.Name);
            Assert.False(string.IsNullOrWhiteSpace(field.Label), field.Name);
        }
    }

    [Fact]
    public void Fields_that_share_a_name_have_comparable_types()
    {
        foreach (var group in Fields.GroupBy(f => f.Name).Where(g => g.Count() > 1))
        {
            Assert.True(group.Select(f => Family(f.Type)).Distinct().Count() == 1, $"{group.Key}: {string.Join(", ", group.Select(f => f.Type))}");
        }

        static string Family(FieldType type) => type.IsInteger() ? "integer" : type.IsString() ? "string" : type is FieldType.Bytes or FieldType.UIntBytes ? "bytes" : type.ToString();
    }

    [Fact]
    public void Protocols_have_names_of_their_own()
    {
        var protocols = Catalog.Registry.Protocols;
        Assert.Equal(protocols.Count, protocols.Select(p => p.FilterName).Distinct().Count());
        Assert.Equal(protocols.Count, protocols.Select(p => p.Name).Distinct().Count());
    }

    [Fact]
    public void Masks_are_one_run_of_bits_within_the_number_they_are_read_from()
    {
        foreach (var field in Fields.Where(f => f.Mask != 0))
        {
            int bits = field.Type == FieldType.Boolean ? field.ParentBits == 0 ? 64 : field.ParentBits : field.Type.Size() * 8;
            Assert.True(bits > 0, $"{field.Name}: a mask on {field.Type}");

            // Three digits of a syslog priority say more than a byte, of which Wireshark, too, shows eight bits.
            Assert.True(bits == 64 || field.Mask >> bits == 0 || field.Name == "syslog.facility", $"{field.Name}: mask {field.Mask:x} does not fit {bits} bits");
            Assert.True(BitOperations.LeadingZeroCount(field.Mask) + BitOperations.PopCount(field.Mask) + field.Shift == 64 || field.Type != FieldType.Boolean || field.ParentBits > 0, field.Name);
        }
    }

    [Fact]
    public void A_field_is_found_by_its_name()
    {
        foreach (var field in Fields)
        {
            Assert.Contains(field, Catalog.Registry.FindAll(field.Name));
            Assert.Equal(field.Name, Catalog.Registry.Find(field.Name)!.Name);
        }
    }

    /// <summary>By these a protocol is found before it has declared anything.</summary>
    [Fact]
    public void A_dissector_says_what_the_names_of_its_fields_begin_with()
    {
        var found = new HashSet<Field>();
        foreach (var dissector in Catalog.Dissectors)
        {
            Assert.Equal(dissector.FilterName, dissector.Protocol.FilterName);
            var known = dissector.NamePrefixes.Select(First).ToHashSet();
            found.UnionWith(dissector.MoreProtocols.Prepend(dissector.Protocol).SelectMany(p => p.Fields.Prepend(p.Self)).Where(f => known.Contains(First(f.Name))));
        }

        string[] own = ["_ws.text", "_ws.expert", "_ws.malformed", "_ws.short", "_ws.unreassembled"];
        var all = Catalog.Registry.Protocols.Where(p => !own.Contains(p.FilterName)).SelectMany(p => p.Fields.Prepend(p.Self));
        Assert.Empty(all.Where(f => !found.Contains(f)).Select(f => $"{f.Protocol.FilterName}: {f.Name}"));

        static string First(string name) => name.Split('.')[0];
    }

    [Fact]
    public void A_dissector_is_an_application_where_its_folder_says_so()
    {
        foreach (var dissector in Catalog.Dissectors)
        {
            Assert.Equal(dissector.GetType().Namespace!.Contains(".Application", StringComparison.Ordinal) || dissector == Catalog.Find("data"), dissector.IsApplication);
        }
    }

    [Fact]
    public void A_field_map_keeps_what_it_was_given()
    {
        var field = Catalog.Registry.Find("tcp.srcport")!;
        var map = new FieldMap<int>();

        map[field.Id] = 3;
        map[1_000_000] = 4;

        Assert.Equal((3, 4, 0, 0), (map[field.Id], map[1_000_000], map[999_999], map[2_000_000]));
    }
}
