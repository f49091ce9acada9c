using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>A value for each field, by number; fields that were declared since (see <see cref="Registry"/>) have the type's default until they are given one.</summary>
/// <remarks>Threads may share one whose values are made from the field alone: when two give values at once, one of them may be forgotten.</remarks>
/// <typeparam name="T">Type of the values.</typeparam>
public sealed class FieldMap<T>
{
    T[] values = new T[Registry.DeclaredFields];

    /// <summary>The value of a field, by <see cref="Field.Id"/>.</summary>
    public T this[int field]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var known = values;
            return (uint)field < (uint)known.Length ? known[field] : default!;
        }

        set
        {
            var known = values;
            if (field >= known.Length)
            {
                Array.Resize(ref known, Math.Max(Registry.DeclaredFields, field + 1));
            }

            known[field] = value;
            values = known;
        }
    }
}
