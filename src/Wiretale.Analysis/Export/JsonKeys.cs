using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The lines that fields begin with in JSON, ready to be copied: made when they are first needed, and for all threads.</summary>
/// <param name="margin">Levels of indentation around the top.</param>
sealed class JsonKeys(int margin)
{
    /// <summary>Lines of deeper levels are made anew each time.</summary>
    const int Levels = 16;

    readonly FieldMap<byte[]?[]?> kept = new();

    /// <summary>A comma, a line end, the indentation, the key, a colon and a space; before a value its quotation mark, too.</summary>
    public byte[] Line(Field field, JsonKeyKind kind, int level)
    {
        if ((uint)level >= Levels)
        {
            return Make(field, kind, level);
        }

        var lines = kept[field.Id] ??= new byte[]?[Levels * (int)JsonKeyKind.Kinds];
        return lines[(level * (int)JsonKeyKind.Kinds) + (int)kind] ??= Make(field, kind, level);
    }

    byte[] Make(Field field, JsonKeyKind kind, int level)
    {
        string end = kind switch
        {
            JsonKeyKind.Value => "\": \"",
            JsonKeyKind.TreeBesideValue => "_tree\": ",
            JsonKeyKind.Raw => "_raw\": ",
            _ => "\": ",
        };
        return Encoding.UTF8.GetBytes($",\n{new string(' ', 2 * (margin + level))}\"{field.Name}{end}");
    }
}

/// <summary>What stands behind a key.</summary>
enum JsonKeyKind
{
    Value, Tree, TreeBesideValue, Raw,

    /// <summary>How many there are.</summary>
    Kinds,
}
